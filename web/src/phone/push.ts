// Web push: whether this browser can be told something while the page is closed, and the subscription for it.
export interface Subscription_keys { endpoint: string; p256dh: string; auth: string }

/** Browsers allow it on secure origins only. */
export const can_push = (): boolean => window.isSecureContext && 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

const bytes_of = (base64url: string): Uint8Array => Uint8Array.from(atob(base64url.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0));

const worker_address = (): string => document.querySelector<HTMLMetaElement>('meta[name=push]')?.content ?? '';

/** The page's policy takes script addresses from a policy only; this one lets through the worker of this build and nothing else. */
function trusted_worker(): string {
  const factory = (window as unknown as { trustedTypes?: { createPolicy: (name: string, rules: { createScriptURL: (text: string) => string }) => { createScriptURL: (text: string) => unknown } } }).trustedTypes;
  const address = worker_address();
  const allowed = (text: string): string => { if (text !== address) throw new TypeError('no worker of ours'); return text; };
  return factory ? (factory.createPolicy('push-worker', { createScriptURL: allowed }).createScriptURL(address) as string) : address;
}

/** Asks the citizen, then the browser. Nothing when either says no. */
export async function subscribe(key: string): Promise<Subscription_keys | undefined> {
  if (!can_push() || (await Notification.requestPermission()) !== 'granted') return undefined;
  const worker = await navigator.serviceWorker.register(trusted_worker(), { scope: '/t/' });
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes_of(key) as BufferSource });
  const { endpoint, keys } = subscription.toJSON();
  return endpoint && keys?.p256dh && keys.auth ? { endpoint, p256dh: keys.p256dh, auth: keys.auth } : undefined;
}
