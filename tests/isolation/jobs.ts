// Imports and exports of a market, as things that managers may ask for.
import { plant } from "./rows.js";
import { absentUuid } from "./things.js";
import type { Factory } from "./world.js";

/** Jobs of the command line, which no server takes over, with a row that was refused. */
export const jobs: Factory = {
  name: "jobs",
  absent: absentUuid,
  async make(world, owner) {
    const row = await plant(world.databases, owner.home, "jobs", owner.mark, {
      kind: "import_products",
      created_by: "command line",
    });
    await plant(world.databases, owner.home, "job_refusals", owner.mark, { job_id: row.id });
    return { id: String(row.id), market: owner.home, table: "jobs" };
  },
};

/** Exports that are done, with their file. */
export const exports: Factory = {
  name: "exports",
  absent: absentUuid,
  async make(world, owner) {
    const bytes = Buffer.from(`${owner.mark}\n`);
    const row = await plant(world.databases, owner.home, "jobs", owner.mark, {
      kind: "export_stock",
      created_by: "command line",
      state: "done",
      request: { kind: "stock", format: "csv" },
      bytes_total: bytes.length,
      finished_at: new Date(),
    });
    await plant(world.databases, owner.home, "job_parts", owner.mark, { job_id: row.id, number: 0, bytes });
    return { id: String(row.id), market: owner.home, table: "jobs" };
  },
};
