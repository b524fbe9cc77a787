import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { ListView } from '../../../contracts/api/lists.ts'
import { listQuery } from './queries.ts'
import { sendFile } from './send-file.ts'

type Upload = { file: File; isRunning: boolean; sent: number; error: unknown }

/** The file of a list on its way; what failed can be started again with the same file. Ends with the page. */
export function useUpload(list: ListView) {
  const client = useQueryClient()
  const [upload, setUpload] = useState<Upload>()
  const leaving = useRef<AbortController>(undefined)
  useEffect(() => {
    const controller = new AbortController()
    leaving.current = controller
    return () => controller.abort()
  }, [])

  const run = async (file: File): Promise<void> => {
    const signal = leaving.current?.signal ?? new AbortController().signal
    const { queryKey } = listQuery(list.id)
    setUpload({ file, isRunning: true, sent: 0, error: null })
    try {
      // What stands there may be more than what this page has seen.
      const now = await client.fetchQuery({ ...listQuery(list.id), staleTime: 0 })
      const onSent = (sent: number): void => setUpload({ file, isRunning: true, sent, error: null })
      client.setQueryData(queryKey, await sendFile(now, file, { onSent, signal }))
    } catch (error) {
      if (signal.aborted) return
      setUpload((former) => ({ sent: 0, ...former, file, isRunning: false, error }))
      await client.invalidateQueries({ queryKey })
    }
  }
  return { upload, start: (file: File): void => void run(file) }
}
