import { type DataTag, type QueryKey, useQueryClient } from '@tanstack/react-query'

/** Shows what an act has left: an answer that was on its way before the act would show, and stop watching at, the state before it. */
export function useShowAnswer() {
  const client = useQueryClient()
  return async <Data>(
    { queryKey }: { queryKey: DataTag<QueryKey, Data, Error> },
    data: NoInfer<Data>,
  ): Promise<void> => {
    await client.cancelQueries({ queryKey })
    client.setQueryData<Data>(queryKey, () => data)
  }
}
