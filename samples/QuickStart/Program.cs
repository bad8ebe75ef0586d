using Tidepool;

await using TidepoolDatabase database = await TidepoolDatabase.OpenAsync("places-database");
TidepoolNamespace places = database.GetNamespace("places");

await places.UpsertAsync(
[
    new Document("lighthouse") { Vector = new[] { 0.9f, 0.1f, 0.2f }, ["country"] = "Norway", ["year"] = 1911 },
    new Document("harbour") { Vector = new[] { 0.7f, 0.6f, 0.1f }, ["country"] = "Portugal", ["year"] = 1954 },
    new Document("museum") { Vector = new[] { 0.1f, 0.2f, 0.9f }, ["country"] = "Norway", ["year"] = 1990 },
]);

SearchResults<Document> results = await places.SearchAsync(
    new[] { 0.8f, 0.3f, 0.1f }, top: 2, new SearchOptions { Filter = Filter.Field("country") == "Norway" });
foreach (SearchResult<Document> result in results)
{
    Console.WriteLine($"{result.Score:0.000} {result.Record.Id}, {result.Record["year"]}");
}
