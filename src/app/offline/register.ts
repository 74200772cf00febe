import { addressOf } from '../address.ts';

/** What of Trusted Types is used here; TypeScript's DOM types do not have it. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (address: string) => string },
  ): { createScriptURL(address: string): string };
}

/** Registers the service worker when the page is idle, so that it never competes with the first visit. */
export function registerServiceWorker(): void {
  if (!('serviceWorker' in navigator)) return;
  const address = addressOf('/sw.js');
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  // The policy passes this one address and nothing else.
  const policy = trustedTypes?.createPolicy('service-worker', {
    createScriptURL: (asked) => {
      if (asked !== address) throw new TypeError(`not a script of this site: ${asked}`);
      return asked;
    },
  });
  const register = () => {
    navigator.serviceWorker.register(policy?.createScriptURL(address) ?? address).catch(() => {
      // Private windows and plain HTTP have no service worker; the site works without.
    });
  };
  if (document.readyState === 'complete') setTimeout(register, 2000);
  else window.addEventListener('load', () => setTimeout(register, 2000), { once: true });
}
