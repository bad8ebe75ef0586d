namespace Tidepool.Tests.Tidy;

/// <summary>A rule over one file at a time, with an example that it must report.</summary>
/// <param name="Name">What the rule asks for, in a few words.</param>
/// <param name="Check">Finds what breaks it; answers nothing for a file it does not concern.</param>
/// <param name="BadPath">Where the example would lie.</param>
/// <param name="BadText">An example that breaks the rule exactly once.</param>
internal sealed record TidyRule(
    string Name, Func<TextFile, IEnumerable<Finding>> Check, string BadPath, string BadText)
{
    public override string ToString() => Name;
}
