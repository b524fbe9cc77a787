// The page's only way out: to the stand-in server it came from.

export async function post(path, body) {
  const answer = await fetch(`/stand-in/${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`stand-in server: ${answer.status}`)
  return await answer.json()
}

const STORE = 'profile'
const DEVICE = 'device'

function openStore() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('stand-in', 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function inStore(work) {
  const db = await openStore()
  try {
    return await new Promise((resolve, reject) => {
      // Strict: a browser killed right after pairing still knows its device.
      const transaction = db.transaction(STORE, 'readwrite', { durability: 'strict' })
      const request = work(transaction.objectStore(STORE))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onerror = () => reject(transaction.error)
    })
  } finally {
    db.close()
  }
}

export const readDevice = () => inStore((store) => store.get(DEVICE))
export const writeDevice = (device) => inStore((store) => store.put(device, DEVICE))
export const forgetDevice = () => inStore((store) => store.delete(DEVICE))
