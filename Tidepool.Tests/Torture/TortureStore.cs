using Tidepool.Model;
using Tidepool.Storage;
using Tidepool.Storage.Files;
using Tidepool.Storage.Retrying;
using Tidepool.Storage.S3;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Torture;

/// <summary>The store of a run: a directory, or a place in a bucket of an S3 server.</summary>
/// <param name="Name">The directory, or <c>s3://bucket/prefix</c>: what the children are told.</param>
/// <param name="Environment">What the children find in their environment: how to get at the server.</param>
internal sealed record TortureStore(string Name, IReadOnlyDictionary<string, string?> Environment)
{
    internal const string Namespace = "torture";

    /// <summary>Garbage is collected during the run, and stops are longer than this.</summary>
    internal static readonly TimeSpan Window = TimeSpan.FromSeconds(8);

    private const string S3Scheme = "s3://";
    private const string CacheVariable = "TORTURE_CACHE";

    /// <summary>What a killed compactor has uploaded goes during the run, too.</summary>
    private static readonly TimeSpan s_orphanAge = TimeSpan.FromSeconds(40);

    private static readonly NamespaceOptions s_namespaceOptions = new()
    {
        Vectors =
        {
            new VectorFieldOptions(TortureDocument.Dimensions) { Metric = DistanceMetric.EuclideanDistance },
        },
    };

    internal bool IsOnS3 => IsS3(Name);

    /// <summary>Where the backups of a round go.</summary>
    internal string VaultOf(int round) => $"{Name}.vault{round}";

    /// <summary>Where something is restored.</summary>
    internal string PlaceOf(string restoration) => $"{Name}.{restoration}";

    internal static TortureStore InDirectory(string path) => new(path, new Dictionary<string, string?>());

    /// <summary>A place of its own in the bucket of <see cref="S3Server"/>.</summary>
    /// <param name="cache">Where the children keep their copies of it; null for the temporary folder.</param>
    internal static TortureStore OnS3Server(string? cache = null)
    {
        S3StoreOptions options = S3Server.NewOptions();
        return new TortureStore($"{S3Scheme}{options.Bucket}/{options.KeyPrefix}", new Dictionary<string, string?>
        {
            ["S3_ENDPOINT"] = options.Endpoint!.ToString(),
            ["S3_ACCESS_KEY"] = options.AccessKey,
            ["S3_SECRET_KEY"] = options.SecretKey,
            ["S3_REGION"] = options.Region,
            [CacheVariable] = cache,
        });
    }

    /// <summary>How long garbage stays, in every child.</summary>
    internal static GracePolicy PolicyOf(IObjectStore store) =>
        GracePolicy.For(store.Sharing, TimeSpan.FromSeconds(30)) with { Window = Window, OrphanAge = s_orphanAge };

    /// <summary>Opens, in a child, the store of a name and runs something with it.</summary>
    internal static async Task UseStoreAsync(string name, Func<IObjectStore, Task> use)
    {
        if (IsS3(name))
        {
            using S3ObjectStore store = new(ReadS3Options(name));
            await use(store);
        }
        else
        {
            using FileObjectStore store = new(name);
            await use(store);
        }
    }

    /// <summary>A store as an engine has it, which tries again over a network.</summary>
    internal static IObjectStore MakeReliable(IObjectStore store) =>
        store.Sharing == ObjectStoreSharing.Network ? new RetryingObjectStore(store) : store;

    /// <summary>Opens, in a child, the store of a name and runs something with the namespace of the run.</summary>
    internal static Task UseAsync(string name, bool compacts, Func<TidepoolNamespace, Task> use) =>
        UseDatabaseAsync(name, compacts, database => use(GetNamespace(database)));

    internal static TidepoolNamespace GetNamespace(TidepoolDatabase database) =>
        database.GetNamespace(Namespace, s_namespaceOptions);

    /// <summary>Opens, in a child, the database in the store of a name and runs something with it.</summary>
    internal static Task UseDatabaseAsync(string name, bool compacts, Func<TidepoolDatabase, Task> use) =>
        UseStoreAsync(name, async store =>
        {
            TidepoolOptions options = new()
            {
                GraceWindow = Window,
                OrphanAge = s_orphanAge,
                Cache =
                {
                    DiskDirectory = System.Environment.GetEnvironmentVariable(CacheVariable),
                    PartialFromBytes = 4 << 10, // Some segments are fetched in part.
                },
                Compaction =
                {
                    Enabled = compacts,
                    FlushBytes = 64 << 10,
                    IdleDelay = TimeSpan.FromMilliseconds(200),
                    MaxSegmentBytes = 1 << 20,
                },
            };
            await using TidepoolDatabase database = await TidepoolDatabase.OpenAsync(store, options);
            await use(database);
        });

    /// <summary>Deletes a store of which nothing is needed any more.</summary>
    internal static async Task WipeAsync(string name)
    {
        await UseStoreAsync(name, async store =>
        {
            while (await store.ListAsync(prefix: "") is { Objects.Count: > 0 } page)
            {
                await store.DeleteAsync([.. page.Objects.Select(info => info.Key)]);
            }
        });
        if (!IsS3(name))
        {
            Directory.Delete(name, recursive: true); // The store leaves its folders.
        }
    }

    private static bool IsS3(string name) => name.StartsWith(S3Scheme, StringComparison.Ordinal);

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
            RequestTimeout = TimeSpan.FromSeconds(4), // Stops are longer than this.
        };
    }
}
