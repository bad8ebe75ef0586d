using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tidepool.Tests.Support;

/// <summary>A server that answers each request as a test says, and keeps what it was sent.</summary>
internal sealed class ScriptedHttpServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<Request, Reply> _answer;
    private readonly List<Request> _requests = [];
    private readonly Task _serving;

    public ScriptedHttpServer(Func<Request, Reply> answer)
    {
        _answer = answer;
        for (int attempt = 1; ; attempt++)
        {
            int port = FreePort();
            Address = new Uri($"http://127.0.0.1:{port}/");
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add(Address.ToString());
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                // Somebody else took the port.
            }
        }

        _serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>What was sent so far, in order.</summary>
    public Request[] Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        var replies = new List<Task>();
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                replies.Add(Task.Run(() => ReplyAsync(context)));
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            await Task.WhenAll(replies);
        }
    }

    private async Task ReplyAsync(HttpListenerContext context)
    {
        try
        {
            await SendAsync(context.Response, await ReceiveAsync(context));
        }
        catch (Exception error) when (error is HttpListenerException or InvalidOperationException or IOException)
        {
            // The client went away, or the server is closing.
        }
    }

    private async Task<Reply> ReceiveAsync(HttpListenerContext context)
    {
        var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        var headers = context.Request.Headers.AllKeys.ToDictionary(
            name => name!, name => context.Request.Headers[name]!, StringComparer.OrdinalIgnoreCase);
        var request = new Request(
            context.Request.HttpMethod, context.Request.RawUrl!, headers, body.ToArray());
        lock (_requests)
        {
            _requests.Add(request);
            return _answer(request);
        }
    }

    private static async Task SendAsync(HttpListenerResponse response, Reply reply)
    {
        if (reply.Until is Task held)
        {
            await held;
        }

        response.StatusCode = reply.Status;
        foreach ((string name, string value) in reply.Headers)
        {
            response.Headers[name] = value;
        }

        byte[] body = Encoding.UTF8.GetBytes(reply.Body);
        response.ContentLength64 = reply.ClaimedLength ?? body.Length;
        await response.OutputStream.WriteAsync(body);
        if (response.ContentLength64 > body.Length)
        {
            await response.OutputStream.FlushAsync();
            response.Abort();
        }
        else
        {
            response.Close();
        }
    }

    /// <summary>What a client sent.</summary>
    internal sealed record Request(string Method, string Url, Dictionary<string, string> Headers, byte[] Body)
    {
        public string Text => Encoding.UTF8.GetString(Body);
    }

    /// <summary>What to answer.</summary>
    internal sealed record Reply(int Status, string Body = "")
    {
        public Dictionary<string, string> Headers { get; init; } = [];

        /// <summary>What the answer says of its length; if that is more than it has, the connection breaks
        /// off.</summary>
        public long? ClaimedLength { get; init; }

        /// <summary>What to wait for before answering; null for nothing.</summary>
        public Task? Until { get; init; }

        /// <summary>An S3 error.</summary>
        public static Reply Error(int status, string code) =>
            new(status, $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>as told</Message></Error>");
    }
}
