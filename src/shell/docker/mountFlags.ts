import type { MountSpec } from '../../engine/docker/container.ts';
import { parseBytes, SIZE } from './bytes.ts';

/** Fields of a line as encoding/csv cuts them. */
const fieldsOf = (text: string): readonly string[] =>
  (text.match(/(?:"(?:[^"]|"")*"|[^,])+/g) ?? []).map((field) => field.replaceAll('"', ''));

interface Draft {
  type: string;
  source: string;
  target: string;
  readOnly: boolean;
  noCopy?: boolean;
  labels?: Record<string, string>;
  driver?: string;
  propagation?: string;
  size?: number;
  mode?: number;
}

const BARE = ['readonly', 'ro', 'volume-nocopy', 'bind-nonrecursive'];

const BOOL = /^(?:1|0|t|f|true|false)$/i;

/** One `key=value` of a `--mount` into the draft; what is wrong with it (cli, opts/mount.go). */
function readField(draft: Draft, field: string): string | undefined {
  const [name = '', value] = field.split(/=(.*)/s) as [string, string?];
  if (name.trim() !== name) return `invalid option '${name}' in '${field}': option should not have whitespace`;
  const key = name.toLowerCase();
  if (value === undefined && !BARE.includes(key)) return `invalid field '${field}' must be a key=value pair`;
  if (value !== undefined && value.trim() === '') return `invalid value for '${name}': value is empty`;
  const text = value ?? 'true';
  if (BARE.includes(key) && !BOOL.test(text)) return `invalid value for ${key}: ${text}`;
  const yes = /^(?:1|t|true)$/i.test(text);
  switch (key) {
    case 'type':
      draft.type = text.toLowerCase();
      return undefined;
    case 'source':
    case 'src':
      draft.source = text;
      return undefined;
    case 'target':
    case 'dst':
    case 'destination':
      draft.target = text;
      return undefined;
    case 'readonly':
    case 'ro':
      draft.readOnly = yes;
      return undefined;
    case 'volume-nocopy':
      draft.noCopy = yes;
      return undefined;
    case 'volume-driver':
      draft.driver = text;
      return undefined;
    case 'volume-label': {
      const [label = '', content = ''] = text.split(/=(.*)/s);
      draft.labels = { ...draft.labels, [label]: content };
      return undefined;
    }
    case 'bind-propagation':
      draft.propagation = text.toLowerCase();
      return undefined;
    case 'tmpfs-size':
      if (!SIZE.test(text)) return `invalid value for ${key}: ${text}`;
      draft.size = parseBytes(text);
      return undefined;
    case 'tmpfs-mode':
      if (!/^[0-7]+$/.test(text)) return `invalid value for ${key}: ${text}`;
      draft.mode = Number.parseInt(text, 8);
      return undefined;
    case 'consistency':
    case 'bind-nonrecursive':
    case 'bind-recursive':
    case 'volume-opt':
    case 'volume-subpath':
      return undefined;
    default:
      return `unknown option '${key}' in '${field}'`;
  }
}

/** `--mount type=bind,source=/x,target=/y,…`: the mount, or what is wrong with it. */
export function parseMount(text: string): MountSpec | string {
  if (text.trim() === '') return 'value is empty';
  const draft: Draft = { type: 'volume', source: '', target: '', readOnly: false };
  for (const field of fieldsOf(text)) {
    const wrong = readField(draft, field);
    if (wrong !== undefined) return wrong;
  }
  if (draft.type === '') return 'type is required';
  if (draft.target === '') return 'target is required';
  const { type } = draft;
  const volume = draft.noCopy !== undefined || draft.driver !== undefined || draft.labels !== undefined;
  if (volume && type !== 'volume') return `cannot mix 'volume-*' options with mount type '${type}'`;
  if (draft.propagation !== undefined && type !== 'bind')
    return `cannot mix 'bind-*' options with mount type '${type}'`;
  if ((draft.size ?? draft.mode) !== undefined && type !== 'tmpfs')
    return `cannot mix 'tmpfs-*' options with mount type '${type}'`;
  if (type === 'bind' || type === 'volume' || type === 'tmpfs') return { ...draft, type };
  return `unsupported mount type: ${type}`;
}

export interface Volumes {
  readonly binds: readonly string[];
  /** Paths with nothing before them: each gets an anonymous volume. */
  readonly anonymous: readonly string[];
}

/**
 * `-v` as the client reads it: with a source it goes to the daemon as it is (`./x` made absolute), alone it is a path. One
 * letter before a colon is a Windows drive, on every system (compose-go, format/volume.go).
 */
export function parseVolumes(specs: readonly string[], cwd: string): Volumes | { readonly error: string } {
  const binds: string[] = [];
  const anonymous: string[] = [];
  for (const spec of specs) {
    if (spec === '') return { error: 'invalid empty volume spec' };
    const parts = spec.replace(/(^|:)([a-zA-Z]):/g, '$1$2\0').split(':');
    if (spec.length > 2 && parts.includes('')) return { error: `invalid spec: ${spec}: empty section between colons` };
    if (spec.length > 2 && parts.length > 3) return { error: `invalid spec: ${spec}: too many colons` };
    if (parts.length === 1) anonymous.push(spec);
    else if (/^\.\.?(?:\/|:|$)/.test(spec)) binds.push(`${cwd === '/' ? '' : cwd}/${spec}`);
    else binds.push(spec);
  }
  return { binds, anonymous };
}
