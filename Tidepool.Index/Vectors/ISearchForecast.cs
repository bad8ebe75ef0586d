namespace Tidepool.Index.Vectors;

/// <summary>An index that can tell beforehand what a search will read, so that it can be fetched at once.</summary>
internal interface ISearchForecast
{
    /// <summary>Adds what a search will probably read, nearest first.</summary>
    /// <param name="query">What to look for; a selection is not looked at.</param>
    /// <param name="factor">By how many times what is to be expected is to be exceeded; a search that reads still more
    /// finds it missing.</param>
    /// <param name="needs">Added to.</param>
    /// <returns>False when it cannot be told: the search may read anything.</returns>
    bool TryForecast(in IndexQuery query, double factor, SearchNeeds needs);
}
