/** Keeps a choice on this device; with null it is forgotten. Where storage is blocked the choice lasts for the page. */
export function writeStored(key: 'theme' | 'language', value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Blocked storage is a setting of the reader, not an error.
  }
}
