using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.S3;
using Tidepool.Tests.Tidy;

namespace Tidepool.Tests.Support;

/// <summary>The S3 server that tests run against: the one that the environment names, else one that
/// <c>eng/s3-server</c> starts for this run.</summary>
/// <remarks>S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY and S3_REGION name one. Where there is none and none can be
/// started, tests are skipped, except in continuous integration (CI=true), where they fail. Each clone of the
/// repository has a server of its own, so that a run never stops that of another.</remarks>
internal static class S3Server
{
    /// <summary>How many bytes stand before each key of a store of <see cref="NewOptions"/>.</summary>
    public const int PrefixSizeBytes = 33;

    private const string Bucket = "tidepool-tests";

    private static readonly Lazy<Outcome> s_server = new(Find);
    private static bool s_isOurs;

    private static string Script => Path.Join(Repository.Root, "eng", "s3-server");

    /// <summary>The server's folder; S3_SERVER_DIR in the environment names another.</summary>
    private static string Folder => Environment.GetEnvironmentVariable("S3_SERVER_DIR")
        ?? Path.Join(Path.GetTempPath(), $"tidepool-s3-{CloneName}");

    private static string CloneName =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Repository.Root)), 0, 4);

    /// <summary>Options for a place in the bucket that no other test uses.</summary>
    public static S3StoreOptions NewOptions()
    {
        Outcome server = s_server.Value;
        if (server.Options is S3StoreOptions options)
        {
            return options with { KeyPrefix = Guid.NewGuid().ToString("N") };
        }

        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"Continuous integration needs an S3 server: {server.Reason}");
        }

        Assert.Ignore($"This test needs an S3 server: {server.Reason}");
        throw new UnreachableException();
    }

    /// <summary>A plain client, for what a store does not do.</summary>
    public static AmazonS3Client NewClient(S3StoreOptions options) =>
        new(
            new BasicAWSCredentials(options.AccessKey, options.SecretKey),
            new AmazonS3Config
            {
                ServiceURL = options.Endpoint!.ToString(),
                AuthenticationRegion = options.Region,
                ForcePathStyle = true,
            });

    /// <summary>Stops the server if this run has started it.</summary>
    public static void Stop()
    {
        if (s_isOurs)
        {
            Run(Script, "stop");
        }
    }

    private static Outcome Find()
    {
        Dictionary<string, string?> names = new[] { "S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_REGION" }
            .ToDictionary(name => name, Environment.GetEnvironmentVariable);
        if (names["S3_ENDPOINT"] is null)
        {
            if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
            {
                return new(null, "set S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET_KEY to name one.");
            }

            (int exitCode, string output) = Start();
            if (exitCode != 0)
            {
                return new(null, $"run 'eng/s3-server install' once, or set S3_ENDPOINT. ({output.Trim()})");
            }

            foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                names[line[..line.IndexOf('=')]] = line[(line.IndexOf('=') + 1)..];
            }
        }

        var options = new S3StoreOptions
        {
            Bucket = Bucket,
            Endpoint = new Uri(names["S3_ENDPOINT"]!),
            AccessKey = names["S3_ACCESS_KEY"],
            SecretKey = names["S3_SECRET_KEY"],
            Region = names["S3_REGION"] ?? "us-east-1",
        };
        using AmazonS3Client client = NewClient(options);
        client.PutBucketAsync(Bucket).GetAwaiter().GetResult(); // Answers the same if it exists.
        return new(options with { QuoteETags = WantsQuotes(options) }, string.Empty);
    }

    /// <summary>Whether the server takes a quoted version tag, as it should.</summary>
    private static bool WantsQuotes(S3StoreOptions options)
    {
        string unused = Guid.NewGuid().ToString("N");
        using var store = new S3ObjectStore(options with { KeyPrefix = unused, QuoteETags = true });
        PutResult first = store.PutTextAsync("quotes", "1").GetAwaiter().GetResult();
        return store.PutTextAsync("quotes", "2", PutCondition.IfMatch(first.ETag!)).GetAwaiter().GetResult().Succeeded;
    }

    /// <summary>Starts the server unless it runs already. Tests install nothing: its programs must be there.</summary>
    private static (int ExitCode, string Output) Start()
    {
        (int missing, _) = Run("-c", "command -v radosgw ceph-mon ceph-osd monmaptool");
        if (missing != 0)
        {
            return (missing, "the Ceph object gateway is not installed");
        }

        s_isOurs = Run(Script, "env").ExitCode != 0;
        return Run(Script, "start");
    }

    private static (int ExitCode, string Output) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["S3_SERVER_DIR"] = Folder },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + errors.Result);
    }

    private sealed record Outcome(S3StoreOptions? Options, string Reason);
}
