// A picture that is dropped, pasted or chosen: sent at once, with how far it is.
import { Button, Progress, Text } from "@mantine/core";
import { accessToken } from "@marque/shared/session";
import { type DragEvent, useId, useRef, useState } from "react";
import { answer, api, type Schemas } from "../api";
import { managedMarket } from "../market";
import { speak } from "../language";
import { mistakeOf } from "../query";
import { say } from "../say";

const own = speak({
  drop: ["Drop a picture here", "Перетащите картинку сюда", "Сүрөттү ушул жерге таштаңыз"],
  dropMany: ["Drop pictures here", "Перетащите картинки сюда", "Сүрөттөрдү ушул жерге таштаңыз"],
  choose: ["Choose a file", "Выбрать файл", "Файл тандоо"],
  kinds: [
    "JPEG, PNG, WebP, AVIF or HEIC, up to 20 MB",
    "JPEG, PNG, WebP, AVIF или HEIC, до 20 МБ",
    "JPEG, PNG, WebP, AVIF же HEIC, 20 МБ чейин",
  ],
  failed: ["The picture could not be sent", "Картинку не удалось отправить", "Сүрөт жөнөтүлбөй калды"],
});

export type Picture = Schemas["MediaView"];
export type Purpose = "product" | "banner" | "category";
const types = ["image/avif", "image/heic", "image/jpeg", "image/png", "image/webp"];
const looks_max = 60;
const look_ms = 500;

/** Sends a picture and waits until the server has drawn it anew. */
async function sendPicture(file: File, purpose: Purpose, onProgress: (share: number) => void): Promise<Picture> {
  const token = await accessToken();
  const sent = await new Promise<Picture>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/manager/media?purpose=${purpose}&market=${managedMarket()}`);
    request.setRequestHeader("Authorization", `Bearer ${token ?? ""}`);
    request.setRequestHeader("Content-Type", file.type);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
    request.onload = () => {
      if (request.status === 201) resolve(request.response as Picture);
      else reject(new Error(mistakeOf(request.response)));
    };
    request.onerror = () => reject(new Error(own.failed));
    request.send(file);
  });
  const params = { path: { id: sent.id } };
  let picture = sent;
  for (let look = 0; look < looks_max && ["receiving", "processing"].includes(picture.state); ++look) {
    await new Promise((resolve) => setTimeout(resolve, look_ms));
    picture = await answer(api.GET("/api/v1/manager/media/{id}", { params }));
  }
  if (picture.state !== "ready") throw new Error(own.failed);
  return picture;
}

interface DropProps {
  purpose: Purpose;
  /** Those that arrived, all at once. */
  onPictures: (pictures: Picture[]) => void;
  isMany?: boolean;
}

export function PictureDrop({ purpose, onPictures, isMany = false }: DropProps) {
  const [share, setShare] = useState<number>();
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const hint = useId();
  const take = async (files: Iterable<File>) => {
    const pictures: Picture[] = [];
    for (const file of [...files].slice(0, isMany ? undefined : 1)) {
      setShare(0);
      try {
        if (!types.includes(file.type)) throw new Error(own.kinds);
        pictures.push(await sendPicture(file, purpose, setShare));
      } catch (error) {
        say(error instanceof Error && error.message ? error.message : own.failed, true);
      }
    }
    setShare(undefined);
    if (pictures.length > 0) onPictures(pictures);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files);
  };
  return (
    <div
      className="drop"
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      onPaste={(event) => void take(event.clipboardData.files)}
    >
      <Text size="sm">{isMany ? own.dropMany : own.drop}</Text>
      <Button size="xs" variant="default" onClick={() => input.current?.click()} loading={share !== undefined}>
        {own.choose}
      </Button>
      <Text size="xs" c="dimmed" id={hint}>
        {own.kinds}
      </Text>
      <input
        ref={input}
        type="file"
        className="hidden"
        tabIndex={-1}
        aria-label={own.choose}
        aria-describedby={hint}
        accept={types.join(",")}
        multiple={isMany}
        onChange={({ currentTarget }) => {
          void take([...(currentTarget.files ?? [])]).then(() => (currentTarget.value = ""));
        }}
      />
      {share !== undefined && <Progress value={share * 100} w="100%" aria-label={own.choose} />}
    </div>
  );
}
