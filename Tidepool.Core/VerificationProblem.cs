namespace Tidepool;

/// <summary>An object that is damaged or missing.</summary>
/// <param name="ObjectKey">The object's key in the store.</param>
/// <param name="Description">What was found and what was expected.</param>
public sealed record VerificationProblem(string ObjectKey, string Description);
