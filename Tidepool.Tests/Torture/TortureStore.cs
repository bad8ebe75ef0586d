using Tidepool.Storage.S3;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Torture;

/// <summary>The store of a run: a directory, or a place in a bucket of an S3 server.</summary>
/// <param name="Name">The directory, or <c>s3://bucket/prefix</c>: what the children are told.</param>
/// <param name="Environment">What the children find in their environment: how to get at the server.</param>
internal sealed record TortureStore(string Name, IReadOnlyDictionary<string, string?> Environment)
{
    private const string S3Scheme = "s3://";

    private static readonly NamespaceOptions s_namespaceOptions = new()
    {
        Vectors =
        {
            new VectorFieldOptions(TortureDocument.Dimensions) { Metric = DistanceMetric.EuclideanDistance },
        },
    };

    internal static TortureStore InDirectory(string path) => new(path, new Dictionary<string, string?>());

    /// <summary>A place of its own in the bucket of <see cref="S3Server"/>.</summary>
    internal static TortureStore OnS3Server()
    {
        S3StoreOptions options = S3Server.NewOptions();
        return new TortureStore($"{S3Scheme}{options.Bucket}/{options.KeyPrefix}", new Dictionary<string, string?>
        {
            ["S3_ENDPOINT"] = options.Endpoint!.ToString(),
            ["S3_ACCESS_KEY"] = options.AccessKey,
            ["S3_SECRET_KEY"] = options.SecretKey,
            ["S3_REGION"] = options.Region,
        });
    }

    /// <summary>Opens, in a child, the store of a name and runs something with the namespace of the run.</summary>
    internal static async Task UseAsync(string name, bool compacts, Func<TidepoolNamespace, Task> use)
    {
        TidepoolOptions options = new()
        {
            Compaction =
            {
                Enabled = compacts,
                FlushBytes = 64 << 10,
                IdleDelay = TimeSpan.FromMilliseconds(200),
                MaxSegmentBytes = 1 << 20,
            },
        };
        if (name.StartsWith(S3Scheme, StringComparison.Ordinal))
        {
            using S3ObjectStore store = new(ReadS3Options(name));
            await using TidepoolDatabase database = await TidepoolDatabase.OpenAsync(store, options);
            await use(database.GetNamespace("torture", s_namespaceOptions));
        }
        else
        {
            options.GraceWindow = TimeSpan.FromSeconds(10); // Garbage is collected during the run.
            await using TidepoolDatabase database = await TidepoolDatabase.OpenAsync(name, options);
            await use(database.GetNamespace("torture", s_namespaceOptions));
        }
    }

    private static S3StoreOptions ReadS3Options(string name)
    {
        string[] place = name[S3Scheme.Length..].Split('/', 2);
        return new S3StoreOptions
        {
            Bucket = place[0],
            KeyPrefix = place[1],
            Endpoint = new Uri(System.Environment.GetEnvironmentVariable("S3_ENDPOINT")!),
            AccessKey = System.Environment.GetEnvironmentVariable("S3_ACCESS_KEY"),
            SecretKey = System.Environment.GetEnvironmentVariable("S3_SECRET_KEY"),
            Region = System.Environment.GetEnvironmentVariable("S3_REGION")!,
        };
    }
}
