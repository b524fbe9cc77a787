// R-limit: what the queue alone can do on this server. Prints how long `JOBS` empty jobs took, fifty at a time, and how long single
// ones wait that are `SPACING_MS` apart.
import { timeJobs, timeSingles } from './bullmq-jobs.ts'

const setting = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}
const databaseUrl = setting('DATABASE_URL')
const jobs = Array.from({ length: Number(setting('JOBS')) }, (_, number) => number)

const waits = await timeSingles(databaseUrl, Number(setting('SINGLES')), Number(setting('SPACING_MS')))
const seconds = await timeJobs({ databaseUrl, redisUrl: undefined }, jobs, async () => {})
console.log(JSON.stringify({ seconds, waits }))
process.exit(0)
