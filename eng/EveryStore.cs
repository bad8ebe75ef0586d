// Opens each kind of store through the packed package, writes, searches, reopens and cleans up.
using Amazon.S3;
using Tidepool;
using Tidepool.Storage.S3;

await using (TidepoolDatabase database = TidepoolDatabase.CreateInMemory())
{
    await UseAsync("memory", database);
}

string directory = Directory.CreateTempSubdirectory("tidepool-").FullName;
await using (TidepoolDatabase database = await TidepoolDatabase.OpenAsync(directory))
{
    await UseAsync("directory", database);
}

await using (TidepoolDatabase database = await TidepoolDatabase.OpenAsync(directory))
{
    await FindAsync("directory, reopened", database);
}

Directory.Delete(directory, recursive: true);

if (Environment.GetEnvironmentVariable("S3_ENDPOINT") is { } endpoint)
{
    S3StoreOptions options = new()
    {
        Endpoint = new Uri(endpoint),
        Region = Environment.GetEnvironmentVariable("S3_REGION")!,
        AccessKey = Environment.GetEnvironmentVariable("S3_ACCESS_KEY")!,
        SecretKey = Environment.GetEnvironmentVariable("S3_SECRET_KEY")!,
        Bucket = "every-store",
    };
    AmazonS3Config config = new() { ServiceURL = endpoint, ForcePathStyle = true };
    using (AmazonS3Client client = new(options.AccessKey, options.SecretKey, config))
    {
        await client.PutBucketAsync(options.Bucket); // Answers the same if it exists.
    }

    using S3ObjectStore store = new(options);
    await using (TidepoolDatabase database = await TidepoolDatabase.OpenAsync(store))
    {
        await UseAsync("S3", database);
    }

    await using (TidepoolDatabase database = await TidepoolDatabase.OpenAsync(store))
    {
        await FindAsync("S3, reopened", database);
        await database.GetNamespace("places").EnsureDeletedAsync();
    }
}
else if (Environment.GetEnvironmentVariable("CI") == "true")
{
    throw new InvalidOperationException("No S3_ENDPOINT: eng/s3-server start prints one.");
}
else
{
    Console.WriteLine("S3: skipped, no S3_ENDPOINT is set");
}

static async Task UseAsync(string kind, TidepoolDatabase database)
{
    await database.GetNamespace("places").UpsertAsync(
    [
        new Document("north") { Vector = new float[] { 0, 1 }, ["year"] = 2024 },
        new Document("east") { Vector = new float[] { 1, 0 }, ["year"] = 2025 },
        new Document("south") { Vector = new float[] { 0, -1 }, ["year"] = 2026 },
    ]);
    await FindAsync(kind, database);
}

static async Task FindAsync(string kind, TidepoolDatabase database)
{
    SearchResults<Document> results = await database.GetNamespace("places").SearchAsync(
        new float[] { 0.1f, 0.9f }, top: 2, new SearchOptions { Filter = Filter.Field("year") >= 2025 });
    string found = string.Join(", ", results.Select(result => result.Record.Id));
    Console.WriteLine($"{kind}: {found}");
    if (found != "east, south")
    {
        throw new InvalidOperationException($"{kind}: found {found}, expected east, south");
    }
}
