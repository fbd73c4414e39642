// Lists the breaking changes between two schemas; ends with status 1 when there are any.
// Usage: node breaking-changes.mjs OLD.graphql NEW.graphql NODE_MODULES
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [oldFile, newFile, modules] = process.argv.slice(2);
const { buildSchema, findBreakingChanges } = createRequire(join(resolve(modules), "."))("graphql");

const schema = (file) => buildSchema(readFileSync(file, "utf8"));
const changes = findBreakingChanges(schema(oldFile), schema(newFile));
for (const { type, description } of changes) {
  console.log(`${type}: ${description}`);
}
process.exitCode = changes.length === 0 ? 0 : 1;
