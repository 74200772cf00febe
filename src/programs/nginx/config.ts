import type { System } from '../../engine/linux/system.ts';
import { readFile } from '../../engine/linux/vfs.ts';

export const VERSION = '1.26.3';

export interface Config {
  readonly port: number;
  readonly root: string;
  readonly index: readonly string[];
}

/** What the simulated server takes from the files of /etc/nginx: `listen`, `root`, `index`. @sim simplified */
export function configOf(sys: System): Config {
  const text = readFile(sys.tx, sys.self, '/etc/nginx/conf.d/default.conf');
  const value = (name: string, fallback: string): string =>
    new RegExp(`^\\s*${name}\\s+([^;]+);`, 'm').exec(text.ok ? text.value : '')?.[1] ?? fallback;
  return {
    port: Number(value('listen', '80').replace(/^.*:/, '').split(' ')[0]) || 80,
    root: value('root', '/usr/share/nginx/html'),
    index: value('index', 'index.html').split(/\s+/),
  };
}

export const two = (n: number): string => String(n).padStart(2, '0');
