import react from '@vitejs/plugin-react';
import { runnerImport } from 'vite';
import { defineConfig } from 'vitest/config';
import { curriculum } from './src/build/curriculum.ts';
import { hosts } from './src/build/hosts.ts';
import { manifest } from './src/build/manifest.ts';
import { onlyWhatIsUsed, parts } from './src/build/parts.ts';
import { prerender } from './src/build/prerender.ts';

// The lessons' plugin reads questions, whose kinds register by import.meta.glob: it needs Vite's own loader.
// The machine is loaded the same way, and only when a lesson is read; it needs the content of its host.
const lessonsPlugin = await runnerImport<typeof import('./src/lessons/plugin.ts')>('./src/lessons/plugin.ts');

async function loadHost() {
  const { module } = await runnerImport<typeof import('./src/quiz/replay.ts')>('./src/quiz/replay.ts', {
    plugins: [hosts(), parts()],
  });
  return module.replay();
}

export default defineConfig({
  base: process.env.BASE ?? '/',
  plugins: [
    react(),
    curriculum(),
    hosts(),
    lessonsPlugin.module.lessons(loadHost),
    manifest(),
    prerender(),
    parts(),
    onlyWhatIsUsed(),
  ],
  // The router brings a hook for React 17; React 19 has it.
  resolve: { alias: { 'use-sync-external-store/shim/index.js': 'react' } },
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
