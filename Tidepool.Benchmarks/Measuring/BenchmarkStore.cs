using Tidepool.Storage;
using Tidepool.Storage.Files;
using Tidepool.Storage.InMemory;
using Tidepool.Storage.S3;

namespace Tidepool.Benchmarks.Measuring;

/// <summary>The store that a benchmark runs on, as named on its command line.</summary>
internal static class BenchmarkStore
{
    internal const string Description =
        "memory, s3 (S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY and S3_BUCKET in the environment), or a directory.";

    /// <summary>Opens the store; a directory must be missing or empty, so that nothing old is measured.</summary>
    internal static IObjectStore Open(string name)
    {
        switch (name)
        {
            case "memory":
                return new InMemoryObjectStore();
            case "s3":
                return new S3ObjectStore(new S3StoreOptions
                {
                    Endpoint = new Uri(Required("S3_ENDPOINT")),
                    Bucket = Required("S3_BUCKET"),
                    AccessKey = Required("S3_ACCESS_KEY"),
                    SecretKey = Required("S3_SECRET_KEY"),
                    KeyPrefix = $"bench-{Guid.NewGuid():N}/",
                });
            default:
                if (Directory.Exists(name) && Directory.EnumerateFileSystemEntries(name).Any())
                {
                    throw new InvalidOperationException($"The directory '{name}' is not empty; expected a new one.");
                }

                return new FileObjectStore(name);
        }
    }

    private static string Required(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"The environment variable {variable} is not set.");
}
