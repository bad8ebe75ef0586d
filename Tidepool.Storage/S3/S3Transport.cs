using Amazon.Runtime;

namespace Tidepool.Storage.S3;

/// <summary>One pool of connections for all requests of a store.</summary>
internal sealed class S3Transport : HttpClientFactory, IDisposable
{
    private readonly HttpClient _client;

    internal S3Transport(S3StoreOptions options)
    {
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // A redirected put would arrive as a get; the client library follows by itself.
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = options.MaxConnections,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10), // Notices when the server's name moves.
        };
        _client = new HttpClient(new AnswerHandler(sockets)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();

    /// <summary>Notes each answer's date, and keeps the client library from asking for permission before it sends.
    /// </summary>
    private sealed class AnswerHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // With "Expect: 100-continue", a small put that is refused breaks the next request on its connection.
            request.Headers.ExpectContinue = false;
            AnswerTime? time = AnswerTime.Current;
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (time is not null)
            {
                time.Value = response.Headers.Date ?? time.Value;
            }

            return response;
        }
    }
}
