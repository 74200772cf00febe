import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Plugin, parseSync, type ResolvedConfig } from 'vite';

const all = ['shell/commands', 'programs/index'];
const first = ['shell/firstCommands', 'programs/nginx', 'programs/outside'];

/**
 * What a page does without until a session has begun: no first `docker run`, `docker ps`, `docker exec`, `ip`, `bridge`
 * or `ping` comes this way.
 */
const later = [
  /^engine\/docker\/(?:archive|cpuShares|inspect|mounting|mountpoint|prune|publish|store|template|update|verifyLimits|volume)$/,
  /^engine\/linux\/(?:cgroup-files|cgroupfs|cpuset|mount-calls|nsfs|proc-status|proc-system|procfs|pseudo|specialFile|sysfs)$/,
  /^engine\/net\/views$/,
  /^engine\/oci\/tar$/,
  /^programs\/nginx\/answer$/,
  /^shell\/(?:arithmetic|assign|brace|conditional|control|files|lines|parameter|parse|pipeline|printf|redirect|testExpression)$/,
  /^shell\/(?:awk|builtins|jq|net|regex|sed)\/(?!exec$|set$|resolve$)/,
  /^shell\/docker\/(?:attach|createHelp|format|mountFlags|ports|pull)$/,
  /^shell\/ip\/(?:addrChange|fdb|linkAdd|linkChange|linkDetails|neigh|netns|route|usage)$/,
];

/** What comes with those and is not stood in for: nothing of the first part imports it. */
const rest = [
  /^programs\/(?!nginx(?:\/config)?$|outside$)/,
  /^shell\/(?:commands|complete)$/,
  /^shell\/commands\/(?!docker$|docker\/(?:exec|rm|run)$|net\/(?:bridge|ip)$|sleep$)/,
];

const STUB = '\0to-come:';

interface Statement {
  readonly type: string;
  readonly exportKind?: string;
  readonly declaration?: {
    readonly type: string;
    readonly id?: { readonly name: string };
    readonly declarations?: readonly {
      readonly id: { readonly name: string };
      readonly init?: { readonly type: string };
    }[];
  } | null;
}

/** Names of the functions and classes that a module exports where it declares them. */
function callables(code: string): readonly string[] {
  return (parseSync('part.ts', code).program.body as unknown as readonly Statement[]).flatMap(({ declaration }) => {
    if (!declaration) return [];
    if (/^(?:Function|Class)Declaration$/.test(declaration.type)) return declaration.id ? [declaration.id.name] : [];
    return (declaration.declarations ?? []).flatMap(({ id, init }) =>
      /FunctionExpression$/.test(init?.type ?? '') ? [id.name] : [],
    );
  });
}

/**
 * Serves `virtual:commands`, every command and program, and `virtual:later`, what a page loads once it stands. In a built
 * page `virtual:commands` is the few commands that it starts with, and of the modules named above the page starts with
 * stand-ins: calling one of their functions throws PartToCome until `virtual:later` has come. Only functions can be stood
 * in for: a constant of such a module that the first part imports fails the build.
 */
export function parts(): Plugin {
  let config: ResolvedConfig;
  const nameOf = (id: string) => relative(join(config.root, 'src'), id).replaceAll('\\', '/').replace(/\.ts$/, '');
  const isLater = (id: string) => id.endsWith('.ts') && later.some((pattern) => pattern.test(nameOf(id)));
  const isRest = (id: string) => rest.some((pattern) => pattern.test(nameOf(id)));
  const imports = (names: readonly string[]) => names.map((name) => `import '/src/${name}.ts';`);
  const inPage = (consumer: string) => consumer === 'client';
  return {
    name: 'parts',
    enforce: 'pre',
    configResolved(resolved) {
      config = resolved;
    },
    async resolveId(source, importer, options) {
      if (/^virtual:(?:commands|later|stand-in)$/.test(source)) return `\0${source}`;
      if (config.command !== 'build' || !inPage(this.environment.config.consumer) || !source.endsWith('.ts')) return;
      if (!importer || importer === '\0virtual:later' || isLater(importer) || isRest(importer)) return;
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      return found && isLater(found.id) ? STUB + nameOf(found.id) : undefined;
    },
    load(id) {
      const page = inPage(this.environment.config.consumer);
      if (id === '\0virtual:commands') return imports(page ? first : all).join('\n');
      if (id === '\0virtual:stand-in') return standIn;
      if (id === '\0virtual:later') {
        const named = config.command === 'build' && page ? laterModules(config.root) : [];
        const fill = named.map((name, i) => `import * as m${i} from '/src/${name}.ts';\nparts['${name}'] = m${i};`);
        return [...imports(all), "import { parts } from 'virtual:stand-in';", ...fill].join('\n');
      }
      if (!id.startsWith(STUB)) return;
      const name = id.slice(STUB.length);
      const code = readFileSync(join(config.root, 'src', `${name}.ts`), 'utf8');
      const functions = callables(code).map(
        (one) => `export const ${one} = /* @__PURE__ */ standIn('${name}', '${one}');`,
      );
      return {
        code: ["import { standIn } from 'virtual:stand-in';", ...functions].join('\n'),
        moduleSideEffects: false,
      };
    },
  };
}

/** Text of the module that stand-ins are made with. */
const standIn = `
import { notFound } from '/src/engine/linux/program.ts';
export const parts = {};
export const standIn = (part, name) => function (...args) {
  const found = (parts[part] ?? notFound(part))[name];
  return new.target ? new found(...args) : found(...args);
};`;

function laterModules(root: string): readonly string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .filter((name) => later.some((pattern) => pattern.test(name)))
    .sort();
}

/**
 * d3-selection and d3-transition patch prototypes on loading, d3-interpolate makes interpolators of colours; nothing here
 * selects, transitions or mixes colours, so that all of it may fall away. A function that gets a prototype becomes one
 * expression with it: else each of d3-shape's curves would stay.
 */
export function onlyWhatIsUsed(): Plugin {
  return {
    name: 'd3-only-what-is-used',
    transform: {
      filter: { id: /[\\/]node_modules[\\/]d3(?:-\w+)?[\\/]/ },
      handler: (code) => ({
        code: code
          // A constant that is a call or a member: worked out only where somebody uses it.
          .replace(/^((?:var|const) [\w$]+ = )([\w$]+(?:\.\w+|\([^\n]*\))+);$/gm, '$1/* @__PURE__ */ (() => $2)();')
          .replace(/^(var [\w$]+ = )(?=[\w$]+\(|\(function)/gm, '$1/* @__PURE__ */ ')
          .replace(
            /^(function (\w+)\([^)]*\) \{\n(?: {2}[^\n]*\n|\n)*\}\n\n\(?\2\.prototype = [^\n]*\{\n(?: {2}[^\n]*\n|\n)*\};)/gm,
            'var $2 = /* @__PURE__ */ (() => {\n$1\nreturn $2;\n})();',
          ),
        map: null,
        moduleSideEffects: false,
      }),
    },
  };
}
