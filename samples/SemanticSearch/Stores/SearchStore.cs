using Tidepool;
using Tidepool.Storage.S3;

namespace SemanticSearch.Stores;

/// <summary>The database that --store names, and what has to be released with it.</summary>
internal sealed class SearchStore : IAsyncDisposable
{
    private readonly S3ObjectStore? _bucket;

    private SearchStore(TidepoolDatabase database, string description, S3ObjectStore? bucket = null)
    {
        Database = database;
        Description = description;
        _bucket = bucket;
    }

    internal TidepoolDatabase Database { get; }

    internal string Description { get; }

    /// <summary>Opens memory, a directory or s3://bucket/prefix; null is a directory of the user's.</summary>
    internal static async Task<SearchStore> OpenAsync(string? store, CancellationToken cancellationToken)
    {
        if (store is not null && string.IsNullOrWhiteSpace(store))
        {
            throw new UsageException("--store is empty; expected memory, a directory or s3://bucket/prefix.");
        }

        if (store is "memory")
        {
            return new SearchStore(TidepoolDatabase.CreateInMemory(), "memory");
        }

        if (store is not null && S3Address.TryParse(store, out S3Address? address))
        {
            return await OpenBucketAsync(address, cancellationToken);
        }

        string directory = store is null ? DefaultDirectory() : Path.GetFullPath(store);
        return new SearchStore(
            await TidepoolDatabase.OpenAsync(directory, cancellationToken: cancellationToken), directory);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _bucket?.Dispose();
    }

    private static async Task<SearchStore> OpenBucketAsync(S3Address address, CancellationToken cancellationToken)
    {
        S3ObjectStore bucket = Reach(address);
        try
        {
            return new SearchStore(
                await TidepoolDatabase.OpenAsync(bucket, cancellationToken: cancellationToken),
                address.ToString(),
                bucket);
        }
        catch
        {
            bucket.Dispose();
            throw;
        }
    }

    private static S3ObjectStore Reach(S3Address address)
    {
        try
        {
            return new S3ObjectStore(address.ToOptions());
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException($"{address} cannot be opened as the environment says: {wrong.Message}");
        }
    }

    private static string DefaultDirectory()
    {
        string data = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        return Path.Combine(data.Length > 0 ? data : Path.GetTempPath(), "Tidepool", "SemanticSearch");
    }
}
