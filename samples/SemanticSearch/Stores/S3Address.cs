using System.Diagnostics.CodeAnalysis;
using Tidepool.Storage.S3;

namespace SemanticSearch.Stores;

/// <summary>A place in a bucket: s3://bucket/prefix.</summary>
internal sealed record S3Address(string Bucket, string Prefix)
{
    private const string Scheme = "s3://";

    internal static bool TryParse(string text, [NotNullWhen(true)] out S3Address? address)
    {
        address = null;
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string[] parts = text[Scheme.Length..].Split('/', 2);
        if (parts[0].Length == 0)
        {
            throw new UsageException($"{text} names no bucket; expected s3://bucket/prefix.");
        }

        address = new S3Address(parts[0], parts.Length > 1 ? parts[1].Trim('/') : "");
        return true;
    }

    public override string ToString() => Prefix.Length == 0 ? $"{Scheme}{Bucket}" : $"{Scheme}{Bucket}/{Prefix}";

    /// <summary>How to reach it, as the environment says. Without keys in it, they are looked for where the AWS command
    /// line does.</summary>
    /// <exception cref="UsageException">The endpoint is no address.</exception>
    internal S3StoreOptions ToOptions()
    {
        string? endpoint = Find("S3_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
        Uri? address = null;
        if (endpoint is not null && !Uri.TryCreate(endpoint, UriKind.Absolute, out address))
        {
            throw new UsageException($"S3_ENDPOINT is \"{endpoint}\"; expected http://… or https://…");
        }

        return new S3StoreOptions
        {
            Bucket = Bucket,
            KeyPrefix = Prefix,
            Endpoint = address,
            Region = Find("S3_REGION", "AWS_REGION", "AWS_DEFAULT_REGION") ?? "us-east-1",
            AccessKey = Find("S3_ACCESS_KEY"),
            SecretKey = Find("S3_SECRET_KEY"),
        };
    }

    private static string? Find(params string[] names) =>
        names.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}
