namespace Tidepool.Tests.Simulation;

/// <summary>An object of the model store.</summary>
internal sealed record ModelObject(byte[] Data, long Version, DateTimeOffset LastModified)
{
    internal string ETag => $"v{Version}";
}
