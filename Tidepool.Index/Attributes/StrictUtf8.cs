using System.Text;

namespace Tidepool.Index.Attributes;

/// <summary>UTF-8 that throws an <see cref="ArgumentException"/> where others replace characters.</summary>
internal static class StrictUtf8
{
    internal static UTF8Encoding Encoding { get; } =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
