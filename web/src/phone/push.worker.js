// Runs in the background of a citizen's browser: shows what the house says, and opens the page of the visit. It keeps nothing and asks for nothing.
self.addEventListener('push', (event) => {
  let said = {};
  try { said = event.data.json(); } catch { return; }
  event.waitUntil(self.registration.showNotification(said.title || '', { body: said.text || '', tag: 'turn', renotify: true, requireInteraction: true, data: { page: said.page || '' } }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const page = event.notification.data.page;
  const same_house = page && new URL(page, self.location.href).origin === self.location.origin;
  event.waitUntil(self.clients.matchAll({ type: 'window' }).then((open) => {
    const there = same_house && open.find((client) => client.url === page);
    return there ? there.focus() : same_house ? self.clients.openWindow(page) : undefined;
  }));
});
