namespace Tidepool.Tests.Fuzzing;

/// <summary>A sound object, and how whoever expects this object reads it.</summary>
/// <param name="Bytes">The object.</param>
/// <param name="Read">Decodes it and reads all that is in it; throws what the decoder throws.</param>
internal sealed record FuzzSeed(byte[] Bytes, Action<byte[]> Read);
