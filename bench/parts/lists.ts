import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { from as copyFrom } from 'pg-copy-streams'
import { z } from 'zod'
import { findFreePort } from '../../scripts/lib/free-port.ts'
import { LIST_PART_MEGABYTES } from '../../src/contracts/list-terms.ts'
import { readCpuSeconds } from '../harness/cpu.ts'
import { median } from '../harness/figures.ts'
import type { Part } from '../harness/part.ts'
import { signIn, startProduct } from '../harness/product.ts'
import { atMost, stated } from '../harness/report.ts'
import { type BenchServer, startBenchServer, withClient } from '../harness/server.ts'

const ROWS = 1_000_000
const QUICK_ROWS = 50_000
const PART = LIST_PART_MEGABYTES * 1024 * 1024
const POLL_MS = 25
const PATIENCE_MS = 170_000
const HEADER = 'PSNOKA,NIK,NAMA,TGLLHR,STATUS,SEGMEN,NMKEC,NMDESA'
const VILLAGES = [
  ['KEJAKSAN', 'KEJAKSAN'],
  ['KEJAKSAN', 'KEBONBARU'],
  ['KESAMBI', 'DRAJAT'],
  ['HARJAMUKTI', 'ARGASUNYA'],
  ['PEKALIPAN', 'JAGASATRU'],
] as const
const NAMES = ['SITI AMINAH', 'BUDI SANTOSO', 'NUR HIDAYATI', 'AGUS SETIAWAN PRATAMA', 'DEWI']

const two = (value: number): string => String(value).padStart(2, '0')

/** Of one person in a month: of a hundred, one has fallen inactive in the second, one moved, one left, one came. */
function row(number: number, month: 1 | 2): string | undefined {
  const turn = number % 100
  if ((month === 1 && turn === 0) || (month === 2 && turn === 1)) return undefined
  const [kecamatan, village] = VILLAGES[number % VILLAGES.length] ?? VILLAGES[0]
  const day = (number % 28) + 1
  const born = Math.floor(number / 28) % 12
  const nik = `327401${two(day)}${two(born + 1)}${two(Math.floor(number / 336) % 100)}${String((Math.floor(number / 33_600) % 8_999) + 1001)}`
  const status = turn < 20 && (turn > 2 || month === 2) ? 'NON AKTIF KARENA PREMI' : 'AKTIF'
  const segment = month === 2 && turn === 50 ? 'PBI (APBN)' : 'PBI (APBD)'
  return [
    String(number).padStart(13, '0'),
    nik,
    NAMES[number % NAMES.length],
    `${two(day)}/${two(born + 1)}/19${two(Math.floor(number / 336) % 100)}`,
    status,
    segment,
    kecamatan,
    village,
  ].join(',')
}

function compose(month: 1 | 2, count: number): Buffer {
  const lines = [HEADER]
  for (let number = 0; number < count; number += 1) {
    const line = row(number, month)
    if (line !== undefined) lines.push(line)
  }
  return Buffer.from(`${lines.join('\n')}\n`)
}

const listSchema = z.object({ id: z.string(), state: z.string(), fault: z.unknown() })

/** A person's way of an import, through the API. */
function openOffice(address: string, cookie: string) {
  const call = async (method: string, path: string, body?: object | Uint8Array): Promise<unknown> => {
    const isBytes = body instanceof Uint8Array
    const response = await fetch(`${address}${path}`, {
      method,
      headers: { cookie, 'content-type': isBytes ? 'application/octet-stream' : 'application/json' },
      ...(body === undefined ? {} : { body: isBytes ? Uint8Array.from(body) : JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  const until = async (isThere: () => Promise<boolean>): Promise<void> => {
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await wait(POLL_MS)) {
      if (await isThere()) return
    }
    throw new Error('an import did not come to its end')
  }
  const reaches = (id: string, state: string) =>
    until(async () => {
      const list = listSchema.parse(await call('GET', `/api/v1/lists/${id}`))
      if (list.state === 'aborted') throw new Error(JSON.stringify(list.fault))
      return list.state === state
    })
  return {
    async upload(month: string, file: Buffer): Promise<string> {
      const { id } = listSchema.parse(await call('POST', '/api/v1/lists', { kind: 'membership', month }))
      for (let position = 0; position * PART < file.length; position += 1) {
        await call(
          'PUT',
          `/api/v1/lists/${id}/parts/${position}`,
          file.subarray(position * PART, (position + 1) * PART),
        )
      }
      return id
    },
    async read(id: string): Promise<void> {
      await call('POST', `/api/v1/lists/${id}/start`, {})
      await reaches(id, 'dry_run_ready')
    },
    async apply(id: string): Promise<void> {
      await call('POST', `/api/v1/lists/${id}/approve`, { acceptRefused: true })
      await reaches(id, 'applied')
    },
    compared: () =>
      until(async () => {
        const { items } = z.object({ items: z.array(z.unknown()) }).parse(await call('GET', '/api/v1/drifts'))
        return items.length > 0
      }),
  }
}

type Step = { seconds: number; cpu: number }
/** How long it takes, and what it costs all processors together: less moved by what else the machine does. */
const measure =
  (pids: readonly number[]) =>
  async (work: () => Promise<void>): Promise<Step> => {
    const begun = performance.now()
    const before = readCpuSeconds(pids)
    await work()
    return { seconds: (performance.now() - begun) / 1000, cpu: readCpuSeconds(pids) - before }
  }
const sum = (...steps: Step[]): Step => ({
  seconds: steps.reduce((all, { seconds }) => all + seconds, 0),
  cpu: steps.reduce((all, { cpu }) => all + cpu, 0),
})

/** The same file by COPY into a bare table, and the same comparison as one join. */
async function reference(
  server: BenchServer,
  turn: number,
  first: Buffer,
  second: Buffer,
): Promise<{ copy: Step; join: Step }> {
  const url = await server.createDatabase(`bench_lists_${turn}`)
  const step = measure([process.pid, server.pid])
  return withClient(url, async (client) => {
    const columns = 'psnoka text, nik text, nama text, tgllhr text, status text, segmen text, nmkec text, nmdesa text'
    const copy = async (table: string, file: Buffer): Promise<void> => {
      await client.query(`CREATE TABLE ${table} (${columns})`)
      const stream = client.query(copyFrom(`COPY ${table} FROM STDIN WITH (FORMAT csv, HEADER)`))
      stream.end(file)
      await once(stream, 'finish')
    }
    await copy('earlier', first)
    const copied = await step(() => copy('later', second))
    const join = await step(async () => {
      await client.query(`
        CREATE TABLE changed AS
        SELECT coalesce(b.nmkec, a.nmkec) AS kecamatan, coalesce(b.nmdesa, a.nmdesa) AS village, coalesce(b.nik, a.nik) AS nik,
          a.status AS status_before, b.status AS status_after
        FROM earlier a FULL JOIN later b ON b.nik = a.nik
        WHERE a.nik IS NULL OR b.nik IS NULL OR a.status <> b.status OR a.segmen <> b.segmen`)
      await client.query(
        'SELECT kecamatan, village, status_before, status_after, count(*) FROM changed GROUP BY 1, 2, 3, 4',
      )
    })
    return { copy: copied, join }
  })
}

/** The most memory that the process has had since this was asked last. */
function takePeakMegabytes(pid: number): number {
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  // Begins anew.
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
  return peak
}

/** A list of a month imported and compared with the month before, against COPY and join of the same files in the same run. */
export const lists: Part = async ({ quick, profile }) => {
  const count = quick ? QUICK_ROWS : ROWS
  const server = await startBenchServer()
  const stops: (() => Promise<void>)[] = [() => server.stop()]
  try {
    // The first start migrates and loads regions: what it takes for that is not the import's.
    await (await startProduct({ name: 'product-lists-first', server, roles: 'api' })).stop()
    const product = await startProduct({ name: 'product-lists', server, roles: 'api' })
    stops.push(product.stop)
    const worker = await startProduct({
      name: 'product-lists-worker',
      server,
      roles: 'worker',
      healthPort: await findFreePort(),
      profile,
    })
    stops.push(worker.stop)
    const pids = [product.pid, worker.pid]
    const takePeak = (): number => Math.max(...pids.map(takePeakMegabytes))
    const office = openOffice(product.address, await signIn(product.address, 'supervisor'))
    const step = measure([...pids, server.pid])
    const first = compose(1, count)
    const second = compose(2, count)
    const plain = [await reference(server, 1, first, second)]
    const earlier = await office.upload('2026-01', first)
    await office.read(earlier)
    await office.apply(earlier)
    const peaks = { before: takePeak(), upload: 0, read: 0, after: 0 }
    const later = await office.upload('2026-02', second)
    peaks.upload = takePeak()
    const read = await step(() => office.read(later))
    peaks.read = takePeak()
    const apply = await step(() => office.apply(later))
    const compare = await step(() => office.compared())
    peaks.after = takePeak()
    plain.push(await reference(server, 2, first, second))
    const ours = sum(read, apply, compare)
    const theirs = (of: (step: Step) => number): number => median(plain.map(({ copy, join }) => of(copy) + of(join)))
    const seconds = (parts: Step[]): string => parts.map((part) => `${part.seconds.toFixed(1)} s`).join(', ')
    return {
      part: 'lists',
      figures: [
        stated(`${count} rows, file`, `${Math.round(second.length / 1024 / 1024)} MB`),
        stated('read as a dry run, sealed', `${seconds([read])}, ${Math.round(count / read.seconds)} rows/s`),
        stated('applied', seconds([apply])),
        stated('compared with the month before', seconds([compare])),
        stated('COPY, before and after', seconds(plain.map(({ copy }) => copy))),
        stated('join, before and after', seconds(plain.map(({ join }) => join))),
        atMost('import and comparison against COPY and join', ours.seconds / theirs((part) => part.seconds), 3),
        stated(
          'the same in processor time',
          `${(ours.cpu / theirs((part) => part.cpu)).toFixed(2)} x (${ours.cpu.toFixed(1)} s)`,
        ),
        atMost('memory of the larger process, at its peak', Math.max(...Object.values(peaks)), 512, 'MB'),
      ],
      details: { read, apply, compare, plain, peaks },
    }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}
