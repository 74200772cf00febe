import { existsSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { type Plugin, runnerImport } from 'vite';
import { defineConfig } from 'vitest/config';
import { curriculum } from './src/build/curriculum.ts';
import { hosts } from './src/build/hosts.ts';
import { manifest } from './src/build/manifest.ts';
import { prerender } from './src/build/prerender.ts';

// The lessons come with the folder; a tree without it builds the pages that stand by themselves.
const lessonsPlugin = './src/lessons/plugin.ts';
const lessons: Plugin = existsSync(lessonsPlugin)
  ? (await runnerImport<{ lessons: () => Plugin }>(lessonsPlugin)).module.lessons()
  : {
      name: 'no-lessons',
      resolveId: (id) => (id === 'virtual:lessons' ? `\0${id}` : undefined),
      load: (id) => (id === '\0virtual:lessons' ? 'export const lessons = {};' : undefined),
    };

export default defineConfig({
  base: process.env.BASE ?? '/',
  plugins: [react(), curriculum(), hosts(), lessons, manifest(), prerender()],
  builder: {},
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  test: {
    projects: [
      { extends: true, test: { name: 'architecture', include: ['tests/architecture/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'node',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/e2e/**', 'tests/app/**', 'tests/architecture/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'page',
          include: ['tests/app/**/*.test.{ts,tsx}'],
          environment: 'jsdom',
          setupFiles: ['tests/app/setup.ts'],
        },
      },
    ],
  },
});
