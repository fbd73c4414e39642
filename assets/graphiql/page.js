// Starts GraphiQL on this service. The token is typed into the header editor; it goes with each request and,
// for subscriptions, into connection_init. It is not kept when the page is closed.
const socket = new URL("/graphql/ws", location.href);
socket.protocol = socket.protocol.replace("http", "ws");

const headers = JSON.stringify({ Authorization: "Bearer " }, null, 2);
const query = `# Put a token into the tab "Headers" below, after "Bearer ".
# Run with the round button or Ctrl-Enter; the arrows at the lower left read the schema
# anew, which the documentation and the completion of names need once the token is there.
{
  __typename
}
`;

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: "/graphql", subscriptionUrl: socket.href }),
    defaultEditorToolsVisibility: "headers",
    defaultHeaders: headers,
    defaultQuery: query,
    shouldPersistHeaders: false,
    isHeadersEditorEnabled: true,
  }),
);
