// A product's pictures in their order: dropped in, dragged around, the first one is shown in lists.
import { ActionIcon, Group } from "@mantine/core";
import { IconArrowLeft, IconArrowRight, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../api";
import { useQuestion } from "../kit/confirm";
import { Card } from "../kit/page";
import { PictureDrop } from "../kit/picture";
import { useWork } from "../query";
import { words } from "../words";
import { keep, type Product } from "./product";
import { own } from "./product_words";

type Place = { url: string } | { media_id: string };

export function Pictures({ product, mayChange }: { product: Product; mayChange: boolean }) {
  const { run } = useWork();
  const { ask, dialog } = useQuestion();
  const [dragged, setDragged] = useState<number>();
  const { id, version } = product;
  const put = (pictures: Place[], read = version, isUndo = false): Promise<boolean> => {
    let next = read;
    return run<Product>(
      () =>
        api.PUT("/api/v1/manager/products/{id}/pictures", {
          params: { path: { id } },
          body: { pictures, version: read },
        }),
      {
        done: words.saved,
        changes: ["products"],
        // What was taken away is gone: it would have to be sent anew.
        undo: isUndo || pictures.length < product.pictures.length ? undefined : () => put(places(), next, true),
        then: (now) => {
          next = now.version;
          keep(now);
        },
      },
    );
  };
  const places = (): Place[] => product.pictures.map((url) => ({ url }));
  const move = (from: number, to: number) => {
    if (to < 0 || to >= product.pictures.length || from === to) return;
    const next = places();
    next.splice(to, 0, ...next.splice(from, 1));
    void put(next);
  };
  return (
    <Card title={own.pictures}>
      <ol className="pictures">
        {product.pictures.map((url, at) => (
          <li
            key={url}
            draggable={mayChange}
            onDragStart={() => setDragged(at)}
            onDragOver={(event) => event.preventDefault()}
            onDrop={() => {
              if (dragged !== undefined) move(dragged, at);
              setDragged(undefined);
            }}
          >
            <img src={url} alt={`${product.name}, ${at + 1}`} width={112} height={140} loading="lazy" />
            {mayChange && (
              <Group gap={2} justify="center">
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  disabled={at === 0}
                  aria-label={`← ${at + 1}`}
                  onClick={() => move(at, at - 1)}
                >
                  <IconArrowLeft size={14} />
                </ActionIcon>
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  aria-label={`${words.remove} ${at + 1}`}
                  onClick={() =>
                    ask({
                      title: `${words.remove}: ${at + 1}`,
                      act: () => put(places().filter((_, other) => other !== at)),
                    })
                  }
                >
                  <IconX size={14} />
                </ActionIcon>
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  disabled={at === product.pictures.length - 1}
                  aria-label={`→ ${at + 1}`}
                  onClick={() => move(at, at + 1)}
                >
                  <IconArrowRight size={14} />
                </ActionIcon>
              </Group>
            )}
          </li>
        ))}
      </ol>
      {mayChange && (
        <PictureDrop
          purpose="product"
          isMany
          onPictures={(sent) => void put([...places(), ...sent.map(({ id: media_id }) => ({ media_id }))])}
        />
      )}
      {dialog}
    </Card>
  );
}
