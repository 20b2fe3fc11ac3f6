// Lists that come in pages, each naming the next one by a cursor.
import { useInfiniteQuery } from "@tanstack/react-query";
import { key } from "../query";

interface Cut<Row> {
  items: Row[];
  next: string | null;
  total?: number;
}

export function usePagesOf<Row>(name: unknown[], read: (cursor: string | undefined) => Promise<Cut<Row>>) {
  const query = useInfiniteQuery({
    queryKey: key(...name),
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: (before) => before,
  });
  return {
    rows: query.data?.pages.flatMap(({ items }) => items),
    total: query.data?.pages[0]?.total,
    error: query.isError && !query.data ? query.error : undefined,
    retry: query.refetch,
    more: {
      isThere: query.hasNextPage,
      isLoading: query.isFetchingNextPage,
      load: query.fetchNextPage,
    },
  };
}

const size = 50;

/** One page as the server is asked for it, by cursors that are words. */
export function cut(cursor: string | undefined, limit = size) {
  return { limit, ...(cursor ? { cursor } : {}) };
}

/** The same where cursors are numbers. */
export function cutAt(cursor: string | undefined, limit = size) {
  return { limit, ...(cursor ? { cursor: Number(cursor) } : {}) };
}
