namespace Tidepool.Tests.Tidy;

/// <summary>One place that breaks a rule of the house.</summary>
internal readonly record struct Finding(string Path, int Line, string Found, string Expected)
{
    public override string ToString() => $"{Path}:{Line}: found {Found}; expected {Expected}";
}
