using Tidepool.Storage;
using Tidepool.Storage.Files;
using Tidepool.Storage.InMemory;

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
            default:
                if (Directory.Exists(name) && Directory.EnumerateFileSystemEntries(name).Any())
                {
                    throw new InvalidOperationException($"The directory '{name}' is not empty; expected a new one.");
                }

                return new FileObjectStore(name);
        }
    }
}
