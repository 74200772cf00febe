import type { Plugin } from 'vite';

const all = ['shell/commands', 'programs/index'];
const first = ['shell/firstCommands', 'programs/nginx', 'programs/outside'];

/**
 * Serves `virtual:commands`: every command and program at once, but in a page the few that it starts with; the page
 * then loads the others as a chunk of their own.
 */
export function commandParts(): Plugin {
  return {
    name: 'command-parts',
    resolveId: { filter: { id: /^virtual:commands$/ }, handler: (id) => `\0${id}` },
    load: {
      filter: { id: /^\0virtual:commands$/ },
      handler() {
        const parts = this.environment.config.consumer === 'client' ? first : all;
        return parts.map((part) => `import '/src/${part}.ts';`).join('\n');
      },
    },
  };
}

/**
 * d3-selection and d3-transition patch prototypes on loading, d3-interpolate makes interpolators of colours; nothing here
 * selects, transitions or mixes colours, so that all of it may fall away.
 */
export function onlyWhatIsUsed(): Plugin {
  return {
    name: 'd3-only-what-is-used',
    transform: {
      filter: { id: /[\\/]node_modules[\\/]d3(?:-\w+)?[\\/]/ },
      handler: (code) => ({
        code: code.replace(/^(var [\w$]+ = )(?=[\w$]+\(|\(function)/gm, '$1/* @__PURE__ */ '),
        map: null,
        moduleSideEffects: false,
      }),
    },
  };
}
