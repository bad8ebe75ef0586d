namespace Tidepool.Tests.Torture;

/// <summary>What a torture run did and found.</summary>
internal sealed record TortureReport(
    int Kills, int Acknowledged, int InDoubt, int Compactions, int StrongReads, int Documents,
    IReadOnlyList<string> Violations)
{
    public override string ToString() =>
        $"{Kills} kills, {Acknowledged} acknowledged writes, {InDoubt} in doubt, {Compactions} compactions, "
        + $"{StrongReads} strong reads, {Documents} documents at the end, {Violations.Count} violations";
}
