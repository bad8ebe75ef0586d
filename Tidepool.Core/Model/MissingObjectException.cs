namespace Tidepool.Model;

/// <summary>An object that a manifest refers to is not there. Never leaves the engine.</summary>
internal sealed class MissingObjectException(string objectKey)
    : TidepoolException($"{objectKey} is missing, although a manifest refers to it.")
{
    internal string ObjectKey { get; } = objectKey;
}
