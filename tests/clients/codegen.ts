import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: 'example/*.graphql',
  generates: {
    // The example's own operations, and what they use of the schema.
    'example/generated/operations.ts': { plugins: ['typescript-operations', 'typed-document-node'] },
    // All of the schema. The example does without; compiled with it, it shows that the whole schema can be.
    'example/generated/schema.ts': { plugins: ['typescript'] },
  },
  config: {
    // Every scalar is named here, so that none is `any`. Dates and instants stay text, as they come in JSON: a London date
    // is no instant, and cursors are opaque.
    strictScalars: true,
    scalars: {
      JSON: "unknown",
      ID: 'string',
      Date: 'string',
      DateTime: 'string',
      EventCursor: 'string',
      UPN: 'string',
      URN: { input: 'string | number', output: 'number' },
    },
    enumsAsTypes: true,
    skipTypename: true,
    useTypeImports: true,
  },
};

export default config;
