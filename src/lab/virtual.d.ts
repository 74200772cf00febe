declare module 'virtual:hosts' {
  import type { Host } from './host.ts';

  /** content/hosts by id; times in microseconds from the instant at which worlds boot. */
  export const hosts: Readonly<Record<string, Host>>;
}

declare module 'virtual:images' {
  import type { Catalogue } from '../engine/oci/catalogue.ts';

  /** content/images.yaml */
  export const catalogue: Catalogue;
}
