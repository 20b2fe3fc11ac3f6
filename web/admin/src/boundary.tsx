// A page that broke says so, in its place; the frame stays.
import { Button } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { Empty } from "./kit/empty";
import { words } from "./words";

export class Boundary extends Component<{ children: ReactNode }, { broke: boolean }> {
  override state = { broke: false };
  static getDerivedStateFromError() {
    return { broke: true };
  }
  override render() {
    if (!this.state.broke) return this.props.children;
    return (
      <div className="page">
        <Empty title={words.failedToLoad}>
          <Button variant="default" onClick={() => location.reload()}>
            {words.tryAgain}
          </Button>
        </Empty>
      </div>
    );
  }
}
