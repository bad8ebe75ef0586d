namespace Tidepool.Tests.Tidy;

/// <summary>A pattern that no code may match in files whose path starts as another pattern says.</summary>
internal sealed record WordDenial(string Paths, string Pattern, string Reason);
