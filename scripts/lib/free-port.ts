import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the ports that systems give to outgoing connections and to listeners that ask for any (32768 and up on Linux, 49152 elsewhere):
// one of those found free may be taken a moment later, before the program that is told of it has started.
const FIRST = 10_240
const END = 32_768

/** A loopback port that is free now, and that nobody is given by chance. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, END)
    const probe = createServer().listen(port, '127.0.0.1')
    const isFree = await once(probe, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    await once(probe.close(), 'close')
    return port
  }
}
