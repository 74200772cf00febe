import type { Plugin } from 'vite';

/** Writes the web app manifest; its addresses follow the base path. */
export function manifest(): Plugin {
  return {
    name: 'web-app-manifest',
    generateBundle() {
      if (this.environment.name !== 'client') return;
      const { base } = this.environment.config;
      const source = JSON.stringify({
        name: 'Inside Containers · 컨테이너 속으로',
        short_name: 'Inside Containers',
        start_url: base,
        scope: base,
        display: 'minimal-ui',
        background_color: '#fbfaf6',
        theme_color: '#fbfaf6',
        icons: [{ src: `${base}icon.svg`, sizes: 'any', type: 'image/svg+xml' }],
      });
      this.emitFile({ type: 'asset', fileName: 'site.webmanifest', source });
    },
  };
}
