/** The network side of a machine as it is given (content/hosts). */
export interface NetworkSpec {
  readonly forwarding?: boolean;
  readonly interfaces: readonly {
    readonly name: string;
    readonly lladdr: string;
    /** With prefix length. */
    readonly addresses: readonly string[];
    readonly altnames?: readonly string[];
    /** The other end of its wire: `<machine>/<interface>`. */
    readonly wire?: string;
  }[];
  readonly routes: readonly { readonly to: string; readonly via: string; readonly dev: string }[];
  /** Neighbours that are known when the world starts. */
  readonly neighbours?: readonly { readonly address: string; readonly dev: string }[];
  readonly resolver?: string;
  /** What answers at an address without a process of its own. */
  readonly servers?: readonly {
    readonly address: string;
    readonly port: number;
    readonly kind: 'web' | 'resolver' | 'registry';
    readonly names?: Readonly<Record<string, string>>;
  }[];
}
