/** The folder under which the site is served, without its last slash: '' or '/sub'. */
export const base = import.meta.env.BASE_URL.replace(/\/$/, '');

/** The address on this server of a path inside the site. */
export function addressOf(path: string): string {
  return base + path;
}
