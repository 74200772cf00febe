/** Every command, or in a page the first of them: see src/build/parts.ts. */
declare module 'virtual:commands';

/** What a page loads once it stands: the other commands, and the code that stand-ins stand for (src/build/parts.ts). */
declare module 'virtual:later';

declare module 'virtual:hosts' {
  /** content/hosts by id; times in microseconds from the instant at which worlds boot. */
  export const hosts: Readonly<Record<string, import('./host.ts').Host>>;
}

declare module 'virtual:images' {
  /** content/images.yaml */
  export const catalogue: import('../engine/oci/catalogue.ts').Catalogue;
}
